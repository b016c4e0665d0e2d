import { mount } from 'svelte';
import { connect } from './api/connection.ts';
import App from './App.svelte';
import './ui/tokens.css';
import './ui/base.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with the id app.');
mount(App, { target, props: { connection: connect() } });
